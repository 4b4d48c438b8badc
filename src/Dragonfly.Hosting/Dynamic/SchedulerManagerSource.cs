// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Protocol.Manager.V2;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Dragonfly.Hosting.Dynamic;

/// <summary>A scheduler's settings by <c>GetScheduler</c> and <c>ListApplications</c> (PROTOCOL §14.1). The scheduler registers itself first;
/// until it has, the manager answers NOT_FOUND, which counts as waiting.</summary>
internal sealed class SchedulerManagerSource(ManagerSourceOptions options, TimeProvider time, ILogger logger)
    : ManagerSource<SchedulerDynamicConfig>(options, time, logger)
{
    private protected override string Kind => "scheduler";

    public override async Task<Fetched<SchedulerDynamicConfig>> FetchAsync(CancellationToken cancellationToken)
    {
        var request = new GetSchedulerRequest
        {
            SourceType = SourceType.SchedulerSource,
            Hostname = Options.Hostname,
            Ip = Options.Ip.ToString(),
            SchedulerClusterId = Options.ClusterId,
        };
        using var call = Options.Client.GetSchedulerAsync(request, Call(cancellationToken));
        var scheduler = await call.ResponseAsync;
        var applications = await ApplicationsAsync(cancellationToken);
        return new Fetched<SchedulerDynamicConfig>(
            Accept(SchedulerDocument.Write(Options.Address, scheduler, applications, LastDocument)),
            null);
    }

    private protected override SchedulerDynamicConfig Read(byte[] document) => SchedulerDocument.Read(document);

    /// <summary>NOT_FOUND is the manager's way to say that there are none (observed).</summary>
    private async Task<IReadOnlyList<Application>> ApplicationsAsync(CancellationToken cancellationToken)
    {
        var request = new ListApplicationsRequest
        {
            SourceType = SourceType.SchedulerSource,
            Hostname = Options.Hostname,
            Ip = Options.Ip.ToString(),
        };
        try
        {
            using var call = Options.Client.ListApplicationsAsync(request, Call(cancellationToken));
            return (await call.ResponseAsync).Applications;
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.NotFound)
        {
            return [];
        }
    }
}
