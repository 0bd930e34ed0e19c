# How many input objects there are.
[long] @($input).Count
