"""The .xlsx backend: single cells patched, whole tabs grafted, everything else kept byte for byte."""
