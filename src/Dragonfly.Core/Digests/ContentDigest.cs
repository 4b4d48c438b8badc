// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics.CodeAnalysis;

namespace Dragonfly.Core.Digests;

/// <summary>A digest as users and the wire write it: <c>algorithm:text</c>. Immutable; only well-formed ones can be built.</summary>
public sealed record ContentDigest
{
    private ContentDigest(DigestAlgorithm algorithm, string encoded)
    {
        Algorithm = algorithm;
        Encoded = encoded;
    }

    /// <summary>How it is computed.</summary>
    public DigestAlgorithm Algorithm { get; }

    /// <summary>Lower-case hexadecimal digits, or for CRC-32 an unpadded decimal number.</summary>
    public string Encoded { get; }

    /// <summary>Reads a digest.</summary>
    /// <param name="text">For example <c>sha256:</c> and 64 hexadecimal digits, or <c>crc32:</c> and a decimal number.</param>
    /// <param name="digest">The digest when it is one.</param>
    /// <returns>False for an unknown algorithm or a text of the wrong form.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out ContentDigest? digest)
    {
        digest = null;
        var colon = text?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        if (text is null || colon <= 0)
        {
            return false;
        }

        var encoded = text[(colon + 1)..];
        DigestAlgorithm? algorithm = text[..colon] switch
        {
            "crc32" when uint.TryParse(encoded, System.Globalization.NumberStyles.None, null, out _) => DigestAlgorithm.Crc32,
            "md5" when IsHex(encoded, 32) => DigestAlgorithm.Md5,
            "sha1" when IsHex(encoded, 40) => DigestAlgorithm.Sha1,
            "sha256" when IsHex(encoded, 64) => DigestAlgorithm.Sha256,
            "sha512" when IsHex(encoded, 128) => DigestAlgorithm.Sha512,
            _ => null,
        };
        if (algorithm is not { } known)
        {
            return false;
        }

        digest = new ContentDigest(known, known == DigestAlgorithm.Crc32 ? encoded.TrimStart('0').PadLeft(1, '0') : encoded.ToLowerInvariant());
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Algorithm.ToString().ToLowerInvariant()}:{Encoded}";

    private static bool IsHex(string text, int length) => text.Length == length && text.All(char.IsAsciiHexDigit);
}
