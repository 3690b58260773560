"""The same person entered twice: under another spelling, in another script, with swapped names or dates.

Pure: cases in, pairs with evidence out. People decide; nothing is merged."""
