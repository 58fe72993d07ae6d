"""The launcher behind script/server: keys, the embedded Redis, first start, then web and worker under one watch."""
