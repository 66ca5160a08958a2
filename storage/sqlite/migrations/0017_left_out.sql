-- Items that a service refuses for good. A message that was refused several times is sent item by
-- item; the item that is refused then, while the service takes a message without it, is left out.
ALTER TABLE alert_target ADD COLUMN alone_to INTEGER;  -- items up to here are sent one by one

CREATE TABLE alert_left_out (
    alert   TEXT NOT NULL,
    target  TEXT NOT NULL,
    item_id INTEGER NOT NULL REFERENCES alert_item (id) ON DELETE CASCADE,
    at      TEXT NOT NULL,
    detail  TEXT NOT NULL,  -- what the service answered
    PRIMARY KEY (alert, target, item_id),
    FOREIGN KEY (alert, target) REFERENCES alert_target (alert, target) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX alert_left_out_item ON alert_left_out (item_id);
