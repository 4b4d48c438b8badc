// SPDX-License-Identifier: Apache-2.0

using System.Text.RegularExpressions;
using Google.Protobuf.Reflection;

namespace Dragonfly.Protocol.Validation;

/// <summary>Rules of strings.</summary>
internal static class TextRules
{
    public static Func<T, string?>? For<T>(Func<T, string> get, FieldDescriptor field, FieldRules rules)
    {
        var checks = Checks(field.Name, rules).ToArray();
        var emptyPasses = rules.Has("string.ignore_empty");
        return message =>
        {
            var value = get(message);
            if (emptyPasses && value.Length == 0)
            {
                return null;
            }

            foreach (var check in checks)
            {
                if (check(value) is { } violation)
                {
                    return violation;
                }
            }

            return null;
        };
    }

    private static IEnumerable<Func<string, string?>> Checks(string name, FieldRules rules)
    {
        if (rules.Number<int>("string.min_len") is { } least)
        {
            yield return Require(value => Runes(value) >= least, $"{name}: must have at least {least} character(s)");
        }

        if (rules.Number<int>("string.max_len") is { } most)
        {
            yield return Require(value => Runes(value) <= most, $"{name}: must have at most {most} characters");
        }

        if (rules.Has("string.ip"))
        {
            yield return Require(TextForms.IsIp, $"{name}: is not an IP address");
        }

        if (rules.Has("string.uri"))
        {
            yield return Require(TextForms.IsAbsoluteUri, $"{name}: is not an absolute URI");
        }

        if (rules.Has("string.hostname"))
        {
            yield return Require(TextForms.IsHostName, $"{name}: is not a host name");
        }

        if (rules.Text("string.pattern") is { } pattern)
        {
            var regex = new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
            yield return Require(regex.IsMatch, $"{name}: does not match {pattern}");
        }

        if (rules.Text("string.in") is { } list)
        {
            var allowed = list.Trim('[', ']').Split(", ");
            yield return Require(allowed.Contains, $"{name}: must be one of {list}");
        }
    }

    private static Func<string, string?> Require(Func<string, bool> holds, string violation) =>
        value => holds(value) ? null : violation;

    private static int Runes(string value)
    {
        var count = value.Length;
        if (!value.AsSpan().ContainsAnyInRange('\uDC00', '\uDFFF'))
        {
            return count;
        }

        foreach (var c in value)
        {
            if (char.IsLowSurrogate(c))
            {
                count--;
            }
        }

        return count;
    }
}
