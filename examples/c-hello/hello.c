/* hello: greets whom it is told to, with the time of day in mind. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char *greeting(int hour)
{
    if (hour < 5 || hour >= 22)
        return "Good night";
    if (hour < 12)
        return "Good morning";
    if (hour < 18)
        return "Good afternoon";
    return "Good evening";
}

/* Returns the hour that HELLO_HOUR or else the clock gives, -1 on a bad value. */
static int current_hour(void)
{
    const char *value = getenv("HELLO_HOUR");
    time_t now = time(NULL);
    char *end;
    long hour;

    if (value == NULL)
        return localtime(&now)->tm_hour;
    errno = 0;
    hour = strtol(value, &end, 10);
    if (errno != 0 || end == value || *end != '\0' || hour < 0 || hour > 23)
        return -1;
    return (int)hour;
}

int main(int argc, char **argv)
{
    int hour = current_hour();

    if (hour < 0) {
        fprintf(stderr, "hello: HELLO_HOUR must be 0 to 23\n");
        return EXIT_FAILURE;
    }
    if (argc < 2)
        printf("%s, world!\n", greeting(hour));
    for (int i = 1; i < argc; i++)
        printf("%s, %s!\n", greeting(hour), argv[i]);
    return EXIT_SUCCESS;
}
