-- Made-up places; speeds are those of M2, S2, N2 and K1.
CREATE TABLE station (id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL, mean REAL NOT NULL);
CREATE TABLE constituent (
    station INTEGER NOT NULL REFERENCES station,
    amplitude REAL NOT NULL,
    speed REAL NOT NULL,
    phase REAL NOT NULL
);

INSERT INTO station VALUES (1, 'Gull Harbour', 3.10), (2, 'Flat Bay', 1.05);
INSERT INTO constituent VALUES
    (1, 1.95, 28.9841042, 12.0), (1, 0.62, 30.0, 48.5), (1, 0.38, 28.4397295, 351.0), (1, 0.11, 15.0410686, 170.2),
    (2, 0.21, 28.9841042, 301.7), (2, 0.09, 30.0, 12.3), (2, 0.33, 15.0410686, 88.8);
