CREATE TABLE job (
    id      BIGSERIAL PRIMARY KEY,
    kind    TEXT NOT NULL,
    payload JSONB NOT NULL
);
