"""The site's configuration: config/*.toml into one `Site`, or all of its problems together."""
