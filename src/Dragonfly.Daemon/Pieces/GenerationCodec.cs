// SPDX-License-Identifier: Apache-2.0
using System.Collections.Frozen;
using System.Globalization;
using Dragonfly.Core.Pieces;
using Dragonfly.Daemon.Downloads;
using Dragonfly.Protocol.Ext.V1;
using Google.Protobuf;

namespace Dragonfly.Daemon.Pieces;

/// <summary>The generation as it travels in a header of SyncPieces, both ways.</summary>
internal static class GenerationCodec
{
    /// <summary>Headers to a peer stay well under 16 KiB; an origin's headers beyond this are left out but for those that matter to caches.</summary>
    private const int HeaderBudget = 4096;

    /// <summary>Carries the age of the parent's copy beside the origin's headers, in seconds (RFC 9111 §5.1 uses the name for the same thing).</summary>
    private const string AgeName = "age";

    private static readonly FrozenSet<string> Needed = new[]
    {
        "cache-control", "expires", "date", "content-type", "content-length", "etag", "last-modified", "content-disposition", "content-encoding",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Writes a generation.</summary>
    /// <param name="generation">The generation.</param>
    /// <param name="age">How long ago it was known to be the origin's.</param>
    /// <returns>The header's value.</returns>
    public static byte[] Encode(ContentGeneration generation, TimeSpan age)
    {
        var message = new Generation
        {
            ContentLength = generation.Layout.ContentLength ?? -1,
            PieceLength = (ulong)generation.Layout.PieceLength,
            Etag = generation.ETag ?? string.Empty,
            LastModified = generation.LastModified ?? string.Empty,
        };
        var spent = 0;
        foreach (var (name, value) in generation.Headers.OrderByDescending(header => Needed.Contains(header.Key)))
        {
            spent += name.Length + value.Length;
            if (spent <= HeaderBudget && name is not ("set-cookie" or AgeName))
            {
                message.ResponseHeader[name] = value;
            }
        }

        var total = Math.Clamp((age + Freshness.SpentBefore(generation.Headers)).TotalSeconds, 0, uint.MaxValue);
        message.ResponseHeader[AgeName] = ((uint)total).ToString(CultureInfo.InvariantCulture);
        return message.ToByteArray();
    }

    /// <summary>Reads a generation.</summary>
    /// <param name="bytes">The header's value.</param>
    /// <returns>Generation and age; null when the value makes no sense.</returns>
    public static (ContentGeneration Generation, TimeSpan Age)? Decode(byte[] bytes)
    {
        try
        {
            var message = Generation.Parser.ParseFrom(bytes);
            if (message.ContentLength is < -1 or > PieceLayout.MaxContentLength || message.PieceLength is 0 or > PieceLayout.MaxPieceLength)
            {
                return null;
            }

            var headers = new Dictionary<string, string>(message.ResponseHeader, StringComparer.Ordinal);
            headers.Remove(AgeName, out var age);
            var layout = new PieceLayout(message.ContentLength < 0 ? null : message.ContentLength, (long)message.PieceLength);
            var generation = new ContentGeneration(layout, Text(message.Etag), Text(message.LastModified), headers.ToFrozenDictionary(StringComparer.Ordinal));
            return (generation, TimeSpan.FromSeconds(uint.TryParse(age, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : 0));
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private static string? Text(string text) => text.Length == 0 ? null : text;
}
