// SPDX-License-Identifier: Apache-2.0
using Microsoft.Extensions.Logging;

namespace Dragonfly.Scheduler.Seeding;

/// <content>What is logged.</content>
internal sealed partial class SeedMembers
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Seed peer {Host} at {Endpoint} is not usable: {Reason}. It is asked again.")]
    private partial void LogUnhealthy(string host, string endpoint, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Healthy} of {All} announced seed peers are usable.")]
    private partial void LogRing(int healthy, int all);
}
