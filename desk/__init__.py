"""The staff's desk: a browser in which people who are no programmers look after the hotline."""
