# Every input object, as it comes.
process { $_ }
