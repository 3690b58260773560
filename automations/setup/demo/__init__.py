"""A complete demonstration site: an invented team, its clients and its workbook, from a seed.

Everything in it is invented: names are drawn from lists by language, addresses of the internet end
in example.org or .example (RFC 2606, RFC 6761), phone numbers come from the ranges that Germany's
Bundesnetzagentur keeps free for films ("Rufnummern für Medienproduktionen")."""
