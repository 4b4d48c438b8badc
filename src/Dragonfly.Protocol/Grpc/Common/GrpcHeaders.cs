// SPDX-License-Identifier: Apache-2.0

namespace Grpc.Net.Common;

/// <summary>Header names of the gRPC protocol and which of them user metadata may not carry.</summary>
internal static class GrpcHeaders
{
    public const string Status = "grpc-status";
    public const string Message = "grpc-message";
    public const string Timeout = "grpc-timeout";
    public const string Encoding = "grpc-encoding";
    public const string AcceptEncoding = "grpc-accept-encoding";
    public const string StatusDetails = "grpc-status-details-bin";
    public const string ContentType = "application/grpc";

    /// <summary>Metadata of the official API that asks for compression of a call; never sent.</summary>
    public const string CompressionRequest = "grpc-internal-encoding-request";

    /// <summary>Names that belong to the transport and do not appear in metadata.</summary>
    public static bool IsTransport(string name) => name.Length switch
    {
        2 => Is(name, "te"),
        4 => Is(name, "host") || Is(name, "date"),
        6 => Is(name, "server"),
        12 => Is(name, "content-type") || Is(name, Timeout) || Is(name, Message),
        11 => Is(name, Status),
        13 => Is(name, Encoding),
        14 => Is(name, "content-length"),
        17 => Is(name, "transfer-encoding"),
        20 => Is(name, AcceptEncoding),
        30 => Is(name, CompressionRequest),
        _ => name.Length > 0 && name[0] == ':',
    };

    private static bool Is(string name, string other) => name.Equals(other, StringComparison.OrdinalIgnoreCase);
}
