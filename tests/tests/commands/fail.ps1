# Ends with an error.
throw 'boom'
