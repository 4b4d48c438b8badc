// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Dragonfly.Hosting.Dynamic;

/// <summary>A scheduler's settings from its <c>dynconfig.yaml</c>; keys and defaults of the original (reference/server.md §2.9).</summary>
internal sealed class SchedulerFileSource(string path, ILogger logger) : FileSource<SchedulerDynamicConfig>(path, logger)
{
    private string? _text;
    private SchedulerDynamicConfig _snapshot = new();

    private protected override string Template => """
        # Dynamic configuration of the scheduler, used when manager.addr is not set. It is read again when it changes.

        # Priorities of applications whose downloads set none. Levels 0 to 6: PROTOCOL of Dragonfly, "priority".
        # applications:
        #   - name: example
        #     priority:
        #       value: 0
        #       urls:
        #         - regex: blobs/sha256
        #           value: 3
        applications: []

        seedPeerClusterConfig:
          # Children that a seed peer may serve at once, 1 to 50000.
          loadLimit: 2000

        schedulerClusterConfig:
          # Parents given to a peer at most, 1 to 20.
          candidateParentLimit: 3
          # Peers looked at when choosing them, 10 to 1000.
          filterParentLimit: 15

        schedulerClusterClientConfig:
          # Children that a normal host may serve at once, 1 to 2000.
          loadLimit: 200

        """;

    private protected override KnownKeys Keys => KnownKeys.OfScheduler;

    private protected override string Advice => "Nothing has to be filled in.";

    private protected override Task<Fetched<SchedulerDynamicConfig>> ReadAsync(JsonElement settings, CancellationToken cancellationToken)
    {
        var text = settings.GetRawText();
        if (text != _text)
        {
            _snapshot = SchedulerSettings.Read(
                settings.Member("schedulerClusterConfig"),
                settings.Member("schedulerClusterClientConfig"),
                settings.Member("seedPeerClusterConfig"),
                settings.Member("applications"));
            _text = text;
        }

        return Task.FromResult(new Fetched<SchedulerDynamicConfig>(_snapshot, null));
    }
}
