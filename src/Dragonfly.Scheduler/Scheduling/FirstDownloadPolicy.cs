// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Hosting.Dynamic;

namespace Dragonfly.Scheduler.Scheduling;

/// <summary>
/// What a priority means for a first download (reference/server.md §2.3). Differs from the original where that forgets its own rule: level 1 is
/// refused also when a peer has the content, and level 2 never goes to the origin, also when there is no seed.
/// </summary>
internal static class FirstDownloadPolicy
{
    /// <summary>The request's own priority, unless it is level 0: then the application's, for the first of its URL rules that matches.</summary>
    public static int Effective(Wire.Download download, SchedulerDynamicConfig config)
    {
        if (download.Priority != Wire.Priority.Level0 || config.Applications.IsEmpty || download.Application.Length == 0)
        {
            return (int)download.Priority;
        }

        foreach (var application in config.Applications)
        {
            if (application.Name != download.Application)
            {
                continue;
            }

            foreach (var (url, priority) in application.Urls)
            {
                if (url.IsMatch(download.Url))
                {
                    return priority;
                }
            }

            return application.Priority;
        }

        return 0;
    }

    /// <summary>What a priority asks for.</summary>
    public static FirstDownload Of(int priority) => priority switch
    {
        0 or 4 or 5 or 6 => FirstDownload.Seed,
        3 => FirstDownload.BackToSource,
        2 => FirstDownload.PeersOnly,
        1 => FirstDownload.Forbidden,
        _ => FirstDownload.Invalid,
    };
}
