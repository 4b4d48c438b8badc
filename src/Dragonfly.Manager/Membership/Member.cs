// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace Dragonfly.Manager.Membership;

/// <summary>Who keeps alive: the unique key of its row. Immutable.</summary>
internal readonly record struct Member(MemberKind Kind, string Hostname, string Ip, long ClusterId)
{
    /// <summary>As a log line names it.</summary>
    /// <returns>Such as "Scheduler s1 (10.0.0.1, cluster 1)".</returns>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Kind} {Hostname} ({Ip}, cluster {ClusterId})");
}
