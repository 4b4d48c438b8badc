// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Dragonfly.Cli.Http2;

namespace Dragonfly.Cli.Wire;

/// <summary>How a call ended: code, message, and what the daemon put into <c>grpc-status-details-bin</c>.</summary>
/// <param name="Code">The gRPC code; 0 is success.</param>
/// <param name="Message">Text for people, already without percent coding.</param>
/// <param name="Details">Raw bytes, or empty. A daemon puts JSON there (see <see cref="OriginAnswer"/>).</param>
internal sealed record GrpcStatus(int Code, string Message, byte[] Details)
{
    /// <summary>The names of the codes 0 to 16.</summary>
    private static readonly string[] Names =
    [
        "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED",
        "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
    ];

    /// <summary>Code 2: no better one is known.</summary>
    public const int Unknown = 2;

    /// <summary>Code 4: the time was up.</summary>
    public const int DeadlineExceeded = 4;

    /// <summary>Code 13: a rule of the protocol was broken, or the daemon failed.</summary>
    public const int Internal = 13;

    /// <summary>Code 14: the daemon cannot be reached or went away.</summary>
    public const int Unavailable = 14;

    /// <summary>The code's name.</summary>
    public string CodeName => Code >= 0 && Code < Names.Length ? Names[Code] : $"code {Code}";

    /// <summary>A status that was not sent but found out here.</summary>
    public static GrpcStatus Local(int code, string message) => new(code, message, []);

    /// <summary>Reads the status from trailers, or from headers that are everything there is.</summary>
    public static GrpcStatus? From(IReadOnlyList<HpackHeader> headers)
    {
        int? code = null;
        string message = "";
        byte[] details = [];
        foreach (HpackHeader header in headers)
        {
            switch (header.Name)
            {
                case "grpc-status":
                    code = int.TryParse(header.Value, out int number) ? number : Unknown;
                    break;
                case "grpc-message":
                    message = PercentDecode(header.Value);
                    break;
                case "grpc-status-details-bin":
                    details = FromBase64(header.Value);
                    break;
                default:
                    break;
            }
        }

        return code is { } found ? new GrpcStatus(found, message, details) : null;
    }

    /// <summary>What an HTTP status without a gRPC status means (gRPC over HTTP/2, "HTTP to gRPC status code mapping").</summary>
    public static GrpcStatus FromHttp(string status) => Local(
        status switch
        {
            "400" => Internal,
            "401" => 16,
            "403" => 7,
            "404" => 12,
            "429" or "502" or "503" or "504" => Unavailable,
            _ => Unknown,
        },
        $"the daemon's socket answers HTTP {status}: is it a dfdaemon's socket?");

    private static string PercentDecode(string text)
    {
        if (!text.Contains('%', StringComparison.Ordinal))
        {
            return Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(text));
        }

        var bytes = new List<byte>(text.Length);
        for (int place = 0; place < text.Length; place++)
        {
            if (text[place] == '%' && place + 2 < text.Length && byte.TryParse(text.AsSpan(place + 1, 2), System.Globalization.NumberStyles.AllowHexSpecifier, null, out byte octet))
            {
                bytes.Add(octet);
                place += 2;
            }
            else
            {
                bytes.Add((byte)text[place]);
            }
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    private static byte[] FromBase64(string text)
    {
        // Both with and without padding are allowed on the wire.
        string padded = text.TrimEnd('=');
        padded += new string('=', (4 - (padded.Length % 4)) % 4);
        try
        {
            return Convert.FromBase64String(padded);
        }
        catch (FormatException)
        {
            return [];
        }
    }
}
