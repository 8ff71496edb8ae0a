<?php

require __DIR__ . '/../src/Rates.php';

use Rates\Rates;

$parts = explode('/', trim($_SERVER['REQUEST_URI'], '/'));
if ($parts === ['archive']) {
    echo Rates::archive();
    exit;
}
if (count($parts) !== 2 || !Rates::known($parts[1]) || !ctype_digit($parts[0])) {
    http_response_code(404);
    echo 'no such rate';
    exit;
}
echo Rates::convert($parts[0], $parts[1]), ' ', ini_get('memory_limit');
