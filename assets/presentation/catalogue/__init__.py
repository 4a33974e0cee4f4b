"""What machines read first: the data dictionary, the data package and the catalogue for data portals."""
