"""The list of calls: what stands in its rows, and what people say became of them."""
