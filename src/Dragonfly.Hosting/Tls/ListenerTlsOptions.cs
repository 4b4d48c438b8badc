// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Hosting.Tls;

/// <summary>The files of a listener that speaks TLS, and whether it speaks anything else.</summary>
public sealed class ListenerTlsOptions : TlsFileOptions
{
    /// <summary>
    /// Ours: with TLS configured, serve nobody in cleartext. Default false: stock components send cleartext to schedulers whatever their settings
    /// say, and are served on the same port.
    /// </summary>
    public bool Strict { get; set; }
}
