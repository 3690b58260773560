"""A workbook on a WebDAV server (RFC 4918): Nextcloud, ownCloud, openDesk, Apache, and what else speaks it."""
