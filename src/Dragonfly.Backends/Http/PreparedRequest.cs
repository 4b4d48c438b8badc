// SPDX-License-Identifier: Apache-2.0
using System.Collections.Frozen;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Dragonfly.Core.Failures;
using Dragonfly.Core.Pieces;
using Dragonfly.Core.Urls;

namespace Dragonfly.Backends.Http;

/// <summary>An <see cref="OriginRequest"/> made ready for HTTP: its URL read, its headers chosen and checked. Immutable.</summary>
internal sealed class PreparedRequest
{
    /// <summary>Headers of one connection, headers that this backend decides on, and conditions, which would make the answer depend on what the caller has.</summary>
    private static readonly FrozenSet<string> Ignored = FrozenSet.ToFrozenSet(
        [
            "connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "content-length", "expect",
            "range", "accept-encoding", "if-range", "if-match", "if-none-match", "if-modified-since", "if-unmodified-since",
        ],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Headers that stay with their origin: the original's list.</summary>
    private static readonly FrozenSet<string> Credentials = FrozenSet.ToFrozenSet(
        ["authorization", "cookie", "cookie2", "proxy-authorization", "www-authenticate"], StringComparer.OrdinalIgnoreCase);

    private readonly OriginRequest _request;
    private readonly Dictionary<string, string> _headers;

    private PreparedRequest(OriginRequest request, WebUrl url, Dictionary<string, string> headers)
    {
        _request = request;
        _headers = headers;
        ParsedUrl = url;
        MemoryKey = KeyOf(url, headers);
    }

    /// <summary>The URL as asked for.</summary>
    public Uri Url => _request.Url;

    /// <summary>The same, read by the rules of the web.</summary>
    public WebUrl ParsedUrl { get; }

    /// <summary>Tells requests apart whose answers may differ: URL and a hash of the credentials.</summary>
    public string MemoryKey { get; }

    /// <summary>The bytes asked for; the first one alone when only the generation is asked about.</summary>
    public ByteRange? Range { get; private init; }

    /// <summary>The generation that the answer must belong to.</summary>
    public ContentGeneration? Generation => _request.Generation;

    /// <summary>Whether only the generation is asked about.</summary>
    public bool Revalidate => _request.Revalidate;

    /// <summary>Certificates that are trusted for this request besides the others.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> TrustedCertificates => _request.TrustedCertificates;

    /// <summary>Prepares a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="options">Default headers.</param>
    /// <returns>The prepared one, or a failure that blames the caller.</returns>
    public static Result<PreparedRequest> From(OriginRequest request, HttpBackendOptions options)
    {
        if (!WebUrl.TryParse(request.Url.OriginalString, out var url))
        {
            return new Failure(FailureKind.Invalid, FailureSource.Caller, "The URL cannot be read. Give an absolute one, for example https://host/path.");
        }

        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            ["user-agent"] = options.UserAgent,
            ["accept"] = "*/*",
        };
        foreach (var (name, value) in options.RequestHeader.Concat(request.Headers))
        {
            if (value.AsSpan().ContainsAny('\r', '\n', '\0'))
            {
                return new Failure(FailureKind.Invalid, FailureSource.Caller, $"The value of the request header '{name}' holds a line end or a zero byte. Remove it.");
            }

            if (!Ignored.Contains(name) && !name.StartsWith("x-dragonfly-", StringComparison.OrdinalIgnoreCase))
            {
                headers[name] = value;
            }
        }

        if (url.Username.Length > 0 || url.Password.Length > 0)
        {
            headers.TryAdd("authorization", BasicOf(url));
        }

        return new PreparedRequest(request, url, headers) { Range = request.Revalidate ? new ByteRange(0, 1) : request.Range };
    }

    /// <summary>The same without its range, for an origin that refuses ranges it should ignore.</summary>
    /// <returns>The request.</returns>
    public PreparedRequest WithoutRange() => new(_request, ParsedUrl, _headers);

    /// <summary>Makes the message.</summary>
    /// <param name="url">Where this hop goes.</param>
    /// <param name="mayCarryCredentials">Whether credentials go along.</param>
    /// <returns>The message.</returns>
    public HttpRequestMessage ToMessage(WebUrl url, bool mayCarryCredentials)
    {
        var message = new HttpRequestMessage(HttpMethod.Get, (url with { Username = string.Empty, Password = string.Empty }).ToUri())
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        foreach (var (name, value) in _headers)
        {
            if (mayCarryCredentials || !(Credentials.Contains(name) || name.Equals("host", StringComparison.OrdinalIgnoreCase)))
            {
                message.Headers.TryAddWithoutValidation(name, value);
            }
        }

        // What is stored must be the content's own bytes, whatever the first caller could unpack.
        message.Headers.TryAddWithoutValidation("accept-encoding", "identity");
        AddRangeAndConditions(message);
        return message;
    }

    private void AddRangeAndConditions(HttpRequestMessage message)
    {
        if (Range is { } range)
        {
            message.Headers.TryAddWithoutValidation("range", range.ToString());
        }

        if (Generation is not { } generation)
        {
            return;
        }

        var strongTag = generation.ETag is { } tag && !tag.StartsWith("W/", StringComparison.Ordinal) ? tag : null;
        var (name, value) = (Revalidate, strongTag) switch
        {
            (true, _) => generation.ETag is { } any ? ("if-none-match", any) : ("if-modified-since", generation.LastModified),
            (false, not null) => (Range is null ? "if-match" : "if-range", strongTag),
            _ => ("if-unmodified-since", generation.LastModified),
        };
        if (value is not null)
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }
    }

    private static string BasicOf(WebUrl url) =>
        "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Uri.UnescapeDataString(url.Username)}:{Uri.UnescapeDataString(url.Password)}"));

    private static string KeyOf(WebUrl url, Dictionary<string, string> headers)
    {
        var secrets = string.Join('\n', headers.Where(header => Credentials.Contains(header.Key)).Select(header => $"{header.Key}:{header.Value}"));
        return secrets.Length == 0 ? url.ToString() : $"{url} {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secrets)))}";
    }
}
