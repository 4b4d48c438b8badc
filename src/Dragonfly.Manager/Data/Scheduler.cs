// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Manager.Data;

/// <summary>A scheduler; one by host name, address and cluster.</summary>
internal sealed class Scheduler : Entity
{
    public required string HostName { get; set; }

    public required string Ip { get; set; }

    public int Port { get; set; }

    public string Idc { get; set; } = string.Empty;

    public string Location { get; set; } = string.Empty;

    public string State { get; set; } = MemberState.Inactive;

    /// <summary>JSON list: schedule, preheat.</summary>
    public string Features { get; set; } = "[]";

    /// <summary>JSON: manager_keep_alive_interval in nanoseconds.</summary>
    public string Config { get; set; } = "{}";

    /// <summary>When it last became active; not each keep-alive (Membership/LeaseTable).</summary>
    public DateTime LastKeepAliveAt { get; set; }

    public long SchedulerClusterId { get; set; }
}
