// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Text;

namespace Dragonfly.Backends.Http;

/// <summary>
/// The connections to origins: one pool for everybody, and one for each set of extra certificates that requests bring, since a connection made
/// under one caller's trust must not serve another. Thread safe.
/// </summary>
internal sealed class HttpClients : IDisposable
{
    /// <summary>Sets of certificates at once; the oldest makes room.</summary>
    private const int MaxExtraPools = 16;

    private readonly Lock _gate = new();
    private readonly HttpBackendOptions _options;
    private readonly IWebProxy _proxy;
    private readonly HttpMessageInvoker _shared;
    private readonly Dictionary<string, HttpMessageInvoker> _extra = new(StringComparer.Ordinal);
    private readonly Queue<string> _extraByAge = new();

    /// <summary>Makes the pools.</summary>
    /// <param name="options">How to connect.</param>
    /// <param name="proxy">Through which proxy, if any.</param>
    internal HttpClients(HttpBackendOptions options, IWebProxy proxy)
    {
        _options = options;
        _proxy = proxy;
        _shared = Create([]);
    }

    /// <summary>The pool for a set of certificates.</summary>
    /// <param name="trusted">Certificates (DER) that are trusted besides the others.</param>
    /// <returns>The pool; not to be disposed.</returns>
    internal HttpMessageInvoker For(IReadOnlyList<ReadOnlyMemory<byte>> trusted)
    {
        if (trusted.Count == 0)
        {
            return _shared;
        }

        var key = string.Join(',', trusted.Select(certificate => Convert.ToHexString(SHA256.HashData(certificate.Span))));
        lock (_gate)
        {
            if (!_extra.TryGetValue(key, out var invoker))
            {
                _extra[key] = invoker = Create(trusted);
                _extraByAge.Enqueue(key);
                if (_extraByAge.Count > MaxExtraPools)
                {
                    // Not disposed, since answers of it may still be read: its idle timeout and the garbage collector end it.
                    _extra.Remove(_extraByAge.Dequeue());
                }
            }

            return invoker;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _shared.Dispose();
        lock (_gate)
        {
            foreach (var invoker in _extra.Values)
            {
                invoker.Dispose();
            }

            _extra.Clear();
        }
    }

    private HttpMessageInvoker Create(IReadOnlyList<ReadOnlyMemory<byte>> trusted) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        Proxy = _proxy,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = _options.ConnectTimeout,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60),

        // New connections from time to time, so that a changed DNS entry is noticed.
        PooledConnectionLifetime = TimeSpan.FromMinutes(10),

        // An answer that nobody wants to the end is cut rather than read: origin bytes are what this program exists to save.
        MaxResponseDrainSize = 16 << 10,

        // No trace headers toward origins: they are strangers, and some signatures cover all headers.
        ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(),
        RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
        SslOptions = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = new OriginTrust(_options, trusted).IsTrusted,
        },
    });
}
