"""How files are read and written safely; knows no stage."""
