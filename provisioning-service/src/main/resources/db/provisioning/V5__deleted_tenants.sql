-- The row of a deleted tenant stays, because backups and migrations go by its id: nobody else may be given that.
ALTER TABLE tenant ADD COLUMN deleted_at timestamptz;

-- The tenants that were deleted before there was the column and are known by the routes of their databases.
INSERT INTO tenant (id, created_at, deleted_at)
SELECT split_part(database_id, '/', 1), min(published_at), max(published_at)
FROM route
GROUP BY 1
ON CONFLICT (id) DO NOTHING;
