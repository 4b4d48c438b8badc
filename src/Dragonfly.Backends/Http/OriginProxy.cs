// SPDX-License-Identifier: Apache-2.0
using System.Net;

namespace Dragonfly.Backends.Http;

/// <summary>
/// The proxy that the environment names (<c>http_proxy</c>, <c>https_proxy</c>, <c>all_proxy</c>, <c>no_proxy</c>), but never for this machine itself: a proxy elsewhere
/// cannot reach our loopback, and its own is not what was meant.
/// </summary>
/// <param name="environment">The environment's proxy.</param>
internal sealed class OriginProxy(IWebProxy environment) : IWebProxy
{
    /// <inheritdoc/>
    public ICredentials? Credentials
    {
        get => environment.Credentials;
        set => environment.Credentials = value;
    }

    /// <inheritdoc/>
    public Uri? GetProxy(Uri destination) => IsBypassed(destination) ? null : environment.GetProxy(destination);

    /// <inheritdoc/>
    public bool IsBypassed(Uri host) => host.IsLoopback || environment.IsBypassed(host);
}
