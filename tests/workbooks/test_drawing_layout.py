from automations.model.tabdoc import Chart, Column, Grid, Heading, TabCell, TabDoc, Text
from automations.workbooks.drawing.layout import ROW_PIXELS, chart_pixels, column_pixels, lay_out


def grid(name, rows=3, columns=2, beside=""):
    row = tuple(TabCell(n) for n in range(columns))
    return Grid(name, tuple(Column(f"c{n}", 20) for n in range(columns)), (row,) * rows, beside=beside)


def chart(name, of, beside=""):
    return Chart(name, "line", "Chart", of, 0, (1,), beside=beside)


def placed(*blocks):
    layout = lay_out(TabDoc("t", "T", "team", (Heading("T", 1), *blocks)))
    return layout, {item.block.id: item for item in layout.placed if isinstance(item.block, Grid | Chart)}


def test_blocks_stand_below_each_other():
    _, found = placed(grid("a"), grid("b"))
    assert found["b"].row > found["a"].body + 2
    assert found["b"].column == 0


def test_a_grid_beside_another_leaves_one_column_free():
    layout, found = placed(grid("a"), grid("b", beside="a"), grid("c", beside="b"))
    assert found["a"].row == found["b"].row == found["c"].row
    assert [found[name].column for name in "abc"] == [0, 3, 6]
    assert len(layout.widths) == 8
    assert min(layout.widths) > 0


def test_a_chart_beside_a_grid_begins_right_of_it():
    layout, found = placed(grid("a"), chart("x", "a", beside="a"))
    assert found["x"].row == found["a"].row
    assert found["x"].x > sum(map(column_pixels, layout.widths[:2]))


def test_what_follows_stands_below_the_longest_of_them():
    _, found = placed(grid("a", rows=30), grid("b", rows=2, beside="a"), chart("x", "a", beside="b"), grid("c"))
    assert found["c"].row > found["a"].body + 30
    _, found = placed(grid("a", rows=1), chart("x", "a", beside="a"), grid("c"))
    assert found["c"].row * ROW_PIXELS >= found["x"].row * ROW_PIXELS + chart_pixels(found["x"].block)[1]


def test_a_paragraph_after_blocks_side_by_side_stands_below_both():
    layout, found = placed(grid("a", rows=1), grid("b", rows=9, beside="a"), Text("words"))
    text = next(item for item in layout.placed if isinstance(item.block, Text))
    assert text.row > found["b"].body + 8


def test_beside_something_unknown_is_below():
    _, found = placed(grid("a"), grid("b", beside="nothing"), chart("x", "a", beside="nothing"))
    assert found["b"].row > found["a"].row
    assert found["x"].row > found["b"].row
    assert found["x"].x == 0
