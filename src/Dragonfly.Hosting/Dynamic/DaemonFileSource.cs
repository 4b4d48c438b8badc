// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Dragonfly.Hosting.Dynamic;

/// <summary>A dfdaemon's settings from its <c>dynconfig.yaml</c>; keys of the original (PROTOCOL §14.2). Names are resolved again at every refresh;
/// one that cannot be resolved leaves the schedulers in force, while block lists still change.</summary>
internal sealed class DaemonFileSource(string path, ISchedulerNames names, ILogger logger) : FileSource<DaemonDynamicConfig>(path, logger)
{
    private string? _text;
    private DaemonDynamicConfig _snapshot = DaemonDynamicConfig.Empty;

    private protected override string Template => """
        # Dynamic configuration of dfdaemon, used when manager.addr is not set. It is read again when it changes.

        scheduler:
          # Name and port of the schedulers, resolved to all their addresses. Fill this in, or addrs below.
          addr: dragonfly-scheduler:8002
          # Fixed addresses; they win over addr.
          # addrs:
          #   - 192.0.2.10:8002

        # What this daemon refuses to download as a normal peer (seedClientConfig: as a seed peer).
        # clientConfig:
        #   blockList:
        #     task:
        #       download:
        #         applications: []
        #         urls: []        # regular expressions
        #         tags: []
        #         priorities: []

        """;

    private protected override KnownKeys Keys => KnownKeys.OfDaemon;

    private protected override string Advice => "Fill in scheduler.addr or scheduler.addrs; until then files come from their origin.";

    private protected override async Task<Fetched<DaemonDynamicConfig>> ReadAsync(
        JsonElement settings,
        CancellationToken cancellationToken)
    {
        var (schedulers, trouble) = await SchedulersAsync(settings.Member("scheduler"), cancellationToken);
        var text = settings.GetRawText();
        if (text != _text || !schedulers.SequenceEqual(_snapshot.Schedulers))
        {
            _snapshot = new DaemonDynamicConfig(
                schedulers,
                BlockListReader.Read(settings.Member("clientConfig")),
                BlockListReader.Read(settings.Member("seedClientConfig")));
            _text = text;
        }

        return new Fetched<DaemonDynamicConfig>(_snapshot, trouble is null ? null : $"{Name}: {trouble}");
    }

    private async Task<(ImmutableArray<SchedulerAddress> Schedulers, string? Trouble)> SchedulersAsync(
        JsonElement scheduler,
        CancellationToken cancellationToken)
    {
        var wanted = scheduler.Member("addrs").Strings().ToList();
        if (wanted.Count == 0)
        {
            wanted.AddRange(scheduler.Member("addr").Strings().Where(x => x.Length > 0));
        }

        if (wanted.Count == 0)
        {
            return (_snapshot.Schedulers, "no scheduler named; fill in scheduler.addr or scheduler.addrs");
        }

        var (found, trouble) = await SchedulerNames.ResolveAllAsync(wanted, names, cancellationToken);
        return (found.IsEmpty ? _snapshot.Schedulers : found, trouble);
    }
}
