#include "replay/fold/findings.h"

#include <stdarg.h>
#include <stdio.h>

void finding_add(struct findings *findings, uint64_t position, const char *rule, const char *format,
                 ...)
{
    struct finding finding = { .position = position, .rule = rule };
    va_list        args;

    va_start(args, format);
    vsnprintf(finding.text, sizeof finding.text, format, args);
    va_end(args);
    findings->count++;
    if (findings->found) findings->found(findings->context, &finding);
}
