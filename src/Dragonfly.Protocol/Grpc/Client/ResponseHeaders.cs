// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using System.Net.Http.Headers;
using Grpc.Core;
using Grpc.Net.Common;

namespace Grpc.Net.Client;

/// <summary>Reads metadata and status from received headers or trailers.</summary>
internal static class ResponseHeaders
{
    /// <summary>Metadata without the transport's headers; the status is null when there is none.</summary>
    public static Metadata ToMetadata(HttpResponseHeaders headers, out Status? status)
    {
        Metadata? metadata = null;
        string? code = null;
        string? message = null;
        foreach (var header in headers.NonValidated)
        {
            if (header.Key.Equals(GrpcHeaders.Status, StringComparison.OrdinalIgnoreCase))
            {
                code = header.Value.ToString();
            }
            else if (header.Key.Equals(GrpcHeaders.Message, StringComparison.OrdinalIgnoreCase))
            {
                message = header.Value.ToString();
            }
            else if (!GrpcHeaders.IsTransport(header.Key))
            {
                metadata ??= new Metadata();
                Add(metadata, header.Key, header.Value);
            }
        }

        status = code is null ? null : ToStatus(code, message);
        return metadata ?? Metadata.Empty;
    }

    private static void Add(Metadata metadata, string name, HeaderStringValues values)
    {
        foreach (var value in values)
        {
            MetadataCodec.AddHeader(metadata, name, value);
        }
    }

    private static Status ToStatus(string code, string? message)
    {
        var number = int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed)
            && parsed <= (int)StatusCode.Unauthenticated
                ? (StatusCode)parsed
                : StatusCode.Unknown;
        return number == StatusCode.OK && string.IsNullOrEmpty(message)
            ? Status.DefaultSuccess
            : new Status(number, PercentEncoding.Decode(message ?? ""));
    }
}
