// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Dragonfly.Core.Failures;
using Dragonfly.Core.Pieces;

namespace Dragonfly.Daemon.Downloads;

/// <summary>
/// The part of a content that a caller wants, before its length is known: from a first byte to a last one or the end, or (no first byte) so many
/// bytes at the end. RFC 9110 §14.1.2; of several ranges the first counts, as in the original.
/// </summary>
/// <param name="First">First byte; null for the last <paramref name="Last"/> bytes.</param>
/// <param name="Last">Last byte, or null for the end.</param>
internal sealed record RangeRequest(long? First, long? Last)
{
    /// <summary>Reads a Range header.</summary>
    /// <param name="text">For example <c>bytes=0-99</c>, <c>bytes=5-</c> or <c>bytes=-5</c>.</param>
    /// <returns>The request, or Invalid.</returns>
    public static Result<RangeRequest> Parse(string text)
    {
        var failure = new Failure(FailureKind.Invalid, FailureSource.Caller, $"'{text}' is not a byte range: write for example bytes=0-99.");
        const string unit = "bytes=";
        if (!text.StartsWith(unit, StringComparison.OrdinalIgnoreCase))
        {
            return failure;
        }

        var spec = text.AsSpan(unit.Length);
        var comma = spec.IndexOf(',');
        spec = (comma < 0 ? spec : spec[..comma]).Trim();
        var dash = spec.IndexOf('-');
        if (dash < 0 || !TryNumber(spec[..dash], out var first) || !TryNumber(spec[(dash + 1)..], out var last)
            || (first is null && last is null) || (first is { } f && last is { } l && l < f))
        {
            return failure;
        }

        return new RangeRequest(first, last);
    }

    /// <summary>Applies the request to a content.</summary>
    /// <param name="length">Bytes of the content.</param>
    /// <returns>The part that there is, or null when the content has none of it.</returns>
    public ByteRange? Resolve(long length)
    {
        if (First is not { } first)
        {
            var count = Math.Min(Last!.Value, length);
            return count == 0 ? null : new ByteRange(length - count, count);
        }

        return first >= length ? null : new ByteRange(first, Math.Min(Last ?? long.MaxValue - 1, length - 1) - first + 1);
    }

    private static bool TryNumber(ReadOnlySpan<char> text, out long? number)
    {
        number = null;
        if (text.IsEmpty)
        {
            return true;
        }

        var isNumber = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value);
        number = value;
        return isNumber;
    }
}
