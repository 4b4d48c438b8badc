// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Text;

namespace Dragonfly.Core.Urls;

/// <summary>
/// International domain names in ASCII: lower case, full-width forms and ideographic dots folded, then Punycode (RFC 3492) label by label.
/// A small part of UTS 46: no normalisation and no table of forbidden code points, because the runtime is built without the Unicode tables and
/// because origins with such names are rare; names in ASCII, and names already in composed lower case, come out exactly.
/// </summary>
internal static class InternationalDomain
{
    private const int Base = 36;
    private const int TMin = 1;
    private const int TMax = 26;
    private const int Skew = 38;
    private const int Damp = 700;

    private static readonly SearchValues<char> PunycodeDigits = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789");

    /// <summary>Converts a domain.</summary>
    /// <param name="domain">The domain, percent-decoded.</param>
    /// <returns>The same in ASCII; null when it cannot be one.</returns>
    internal static string? ToAscii(string domain)
    {
        if (Ascii.IsValid(domain) && !domain.Contains("xn--", StringComparison.OrdinalIgnoreCase))
        {
            return domain.ToLowerInvariant();
        }

        var folded = Fold(domain);
        if (folded.EnumerateRunes().Any(IsNoCharacter))
        {
            return null;
        }

        var labels = folded.Split('.');
        for (var i = 0; i < labels.Length; i++)
        {
            if (!Ascii.IsValid(labels[i]))
            {
                labels[i] = "xn--" + Encode(labels[i]);
            }
            else if (labels[i].StartsWith("xn--", StringComparison.Ordinal) && !IsPunycode(labels[i].AsSpan(4)))
            {
                return null;
            }
        }

        return string.Join('.', labels);
    }

    private static string Fold(string domain)
    {
        var output = new StringBuilder(domain.Length);
        foreach (var rune in domain.EnumerateRunes())
        {
            switch (rune.Value)
            {
                case 0xAD or 0x200B or 0x2060 or 0xFEFF:
                    break;
                case 0x3002 or 0xFF0E or 0xFF61:
                    output.Append('.');
                    break;
                case >= 0xFF01 and <= 0xFF5E:
                    output.Append(char.ToLowerInvariant((char)(rune.Value - 0xFEE0)));
                    break;
                case 0x1E9E:
                    output.Append("ss");
                    break;
                default:
                    output.Append(Rune.ToLowerInvariant(rune).ToString());
                    break;
            }
        }

        return output.ToString();
    }

    // What broken UTF-8 becomes, the last two code points of each plane, and the second block of controls.
    private static bool IsNoCharacter(Rune rune) => rune.Value is 0xFFFD or (>= 0x80 and <= 0x9F) || (rune.Value & 0xFFFE) == 0xFFFE;

    // What stands after the last hyphen is a row of base-36 digits; before it stand the label's own ASCII characters.
    private static bool IsPunycode(ReadOnlySpan<char> text)
    {
        var digits = text[(text.LastIndexOf('-') + 1)..];
        return !digits.IsEmpty && !digits.ContainsAnyExcept(PunycodeDigits);
    }

    // RFC 3492 §6.3.
    private static string Encode(string label)
    {
        var points = label.EnumerateRunes().Select(rune => rune.Value).ToArray();
        var output = new StringBuilder();
        foreach (var point in points.Where(point => point < 0x80))
        {
            output.Append((char)point);
        }

        var handled = output.Length;
        var basicLength = handled;
        if (handled > 0)
        {
            output.Append('-');
        }

        var (next, delta, bias) = (0x80, 0L, 72);
        while (handled < points.Length)
        {
            var smallest = points.Where(point => point >= next).Min();
            delta += (long)(smallest - next) * (handled + 1);
            next = smallest;
            foreach (var point in points)
            {
                if (point < next)
                {
                    delta++;
                }
                else if (point == next)
                {
                    AppendVariableLength(output, delta, bias);
                    bias = Adapt(delta, handled + 1, handled == basicLength);
                    delta = 0;
                    handled++;
                }
            }

            delta++;
            next++;
        }

        return output.ToString();
    }

    private static void AppendVariableLength(StringBuilder output, long delta, int bias)
    {
        var rest = delta;
        for (var k = Base; ; k += Base)
        {
            var threshold = Math.Clamp(k - bias, TMin, TMax);
            if (rest < threshold)
            {
                output.Append(Digit((int)rest));
                return;
            }

            output.Append(Digit((int)(threshold + ((rest - threshold) % (Base - threshold)))));
            rest = (rest - threshold) / (Base - threshold);
        }
    }

    private static char Digit(int value) => (char)(value < 26 ? 'a' + value : '0' + value - 26);

    private static int Adapt(long delta, int points, bool isFirst)
    {
        delta = isFirst ? delta / Damp : delta / 2;
        delta += delta / points;
        var k = 0;
        while (delta > (Base - TMin) * TMax / 2)
        {
            delta /= Base - TMin;
            k += Base;
        }

        return k + (int)((Base - TMin + 1) * delta / (delta + Skew));
    }
}
