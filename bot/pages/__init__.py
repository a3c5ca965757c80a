"""What a browser sees: the web server and its pages."""
