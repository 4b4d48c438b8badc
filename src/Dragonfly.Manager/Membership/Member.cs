// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Manager.Membership;

/// <summary>Who keeps alive: the unique key of its row. Immutable.</summary>
internal readonly record struct Member(MemberKind Kind, string Hostname, string Ip, long ClusterId);
