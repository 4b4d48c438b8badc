// SPDX-License-Identifier: Apache-2.0

using Grpc.Core;

namespace Grpc.Net.Common;

/// <summary>Metadata entries as header values: bytes are base64, written without padding and read with or without.</summary>
internal static class MetadataCodec
{
    public static string ToHeaderValue(Metadata.Entry entry) =>
        entry.IsBinary ? Convert.ToBase64String(entry.ValueBytes).TrimEnd('=') : entry.Value;

    /// <summary>Adds a received header; several binary values may be joined by commas.</summary>
    public static void AddHeader(Metadata target, string name, string value)
    {
        if (!name.EndsWith(Metadata.BinaryHeaderSuffix, StringComparison.OrdinalIgnoreCase))
        {
            target.Add(name, value);
            return;
        }

        foreach (var part in value.Split(',', StringSplitOptions.TrimEntries))
        {
            target.Add(name, FromBase64(part));
        }
    }

    private static byte[] FromBase64(string text)
    {
        var trimmed = text.TrimEnd('=');
        var padded = (trimmed.Length % 4) switch
        {
            2 => trimmed + "==",
            3 => trimmed + "=",
            _ => trimmed,
        };
        try
        {
            return Convert.FromBase64String(padded);
        }
        catch (FormatException e)
        {
            throw new RpcException(new Status(StatusCode.Internal, "A binary header is not base64.", e));
        }
    }
}
