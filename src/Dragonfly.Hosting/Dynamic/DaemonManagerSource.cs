// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Protocol.Manager.V2;
using Microsoft.Extensions.Logging;

namespace Dragonfly.Hosting.Dynamic;

/// <summary>A dfdaemon's settings by <c>ListSchedulers</c> (PROTOCOL §14.1).</summary>
internal sealed class DaemonManagerSource(ManagerSourceOptions options, TimeProvider time, ILogger logger)
    : ManagerSource<DaemonDynamicConfig>(options, time, logger)
{
    private protected override string Kind => "daemon";

    public override async Task<Fetched<DaemonDynamicConfig>> FetchAsync(CancellationToken cancellationToken)
    {
        using var call = Options.Client.ListSchedulersAsync(Request(), Call(cancellationToken));
        var document = DaemonDocument.Write(Options.Address, await call.ResponseAsync);
        if (document is not null)
        {
            return new Fetched<DaemonDynamicConfig>(Accept(document), null);
        }

        // A manager that has just started lists nobody until the schedulers keep alive again, and each daemon would lose its ring for nothing.
        return new Fetched<DaemonDynamicConfig>(
            LastSnapshot ?? DaemonDynamicConfig.Empty,
            $"{Name}: it lists no active scheduler");
    }

    private protected override DaemonDynamicConfig Read(byte[] document) => DaemonDocument.Read(document);

    /// <summary>The fields that the original sets, empty ones absent as there.</summary>
    private ListSchedulersRequest Request()
    {
        var request = new ListSchedulersRequest
        {
            SourceType = Options.SeedPeer ? SourceType.SeedPeerSource : SourceType.PeerSource,
            Hostname = Options.Hostname,
            Ip = Options.Ip.ToString(),
            Version = Options.Version,
            Commit = "unknown",
            SchedulerClusterId = Options.ClusterId,
        };
        if (Options.Idc.Length > 0)
        {
            request.Idc = Options.Idc;
        }

        if (Options.Location.Length > 0)
        {
            request.Location = Options.Location;
        }

        return request;
    }
}
