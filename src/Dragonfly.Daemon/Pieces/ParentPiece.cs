// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Dragonfly.Core.Ids;

namespace Dragonfly.Daemon.Pieces;

/// <summary>A piece that a parent offers. Immutable.</summary>
/// <param name="Task">The task.</param>
/// <param name="Number">The piece.</param>
/// <param name="Parent">The parent's peer id.</param>
/// <param name="ParentHost">The parent's host id; connections are pooled by it.</param>
/// <param name="Endpoint">The parent's piece port (vortex over TCP).</param>
/// <param name="KeepAlive">The parent said that it accepts many requests on one connection.</param>
internal sealed record ParentPiece(
    TaskId Task,
    PieceNumber Number,
    PeerId Parent,
    HostId ParentHost,
    IPEndPoint Endpoint,
    bool KeepAlive);
