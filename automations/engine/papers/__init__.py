"""Papers on data protection, made from a site's live config: what is settled is filled in, what only people know is
left as a marked gap."""
