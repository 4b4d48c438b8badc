// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Hosting.Tls;

namespace Dragonfly.Daemon.Options;

/// <summary>Files of a TLS client, all three or none.</summary>
public sealed class TlsOptions : TlsFileOptions
{
}
