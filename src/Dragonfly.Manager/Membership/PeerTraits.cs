// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Manager.Membership;

/// <summary>What the search knows of a peer. Immutable.</summary>
internal sealed record PeerTraits(string Hostname, string Ip, string Idc, string Location);
