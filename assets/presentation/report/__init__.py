"""The static report: pages that open from disk, without network or server, in Swedish and English."""
