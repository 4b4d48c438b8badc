// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;
using Dragonfly.Daemon.Pieces;
using Dragonfly.Testing.Processes;
using Dragonfly.Testing.Time;

namespace Dragonfly.UnitTests.Pieces;

/// <summary>A parent that is silent is told from a child, or a machine, that is slow.</summary>
public sealed class PieceConnectionTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ManualTimeProvider _clock = new();
    private readonly byte[] _buffer = new byte[16];
    private PieceConnection _connection = null!;
    private Socket _parent = null!;
    private int _starved;
    private Action? _whileLooking;

    public async ValueTask InitializeAsync()
    {
        _listener.Start();
        var options = new VortexTransportOptions
        {
            IsStarved = () =>
            {
                _whileLooking?.Invoke();
                return _starved-- > 0;
            },
        };
        _connection = await PieceConnection.OpenAsync((IPEndPoint)_listener.LocalEndpoint, options, _clock, CancellationToken.None);
        _parent = await _listener.AcceptSocketAsync();
    }

    public ValueTask DisposeAsync()
    {
        _connection.Dispose();
        _parent.Dispose();
        _listener.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Bytes_that_nobody_has_taken_yet_are_no_stall()
    {
        _connection.Moved(Limit);
        await _parent.SendAsync("piece"u8.ToArray());
        using (var patience = new CancellationTokenSource(RunningProgram.Patience))
        {
            while (_connection.IsQuiet)
            {
                patience.Token.ThrowIfCancellationRequested();
                await Task.Yield();
            }
        }

        // The child was busy with its disk, or not run at all, for three times the limit.
        _clock.Advance(Limit * 3);
        Assert.Equal(PieceConnectionEnd.None, _connection.Ended);
        Assert.Equal(5, await _connection.ReceiveAsync(_buffer, 5, Limit));

        // From here on the parent says nothing.
        _clock.Advance(Limit);
        Assert.Equal(PieceConnectionEnd.Stalled, _connection.Ended);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(2, 3)]
    [InlineData(int.MaxValue, 5)]
    public void A_silence_on_a_starved_machine_lasts_longer_but_ends(int starved, int limits)
    {
        _starved = starved;
        _connection.Moved(Limit);
        _clock.Advance((Limit * limits) - TimeSpan.FromTicks(1));
        Assert.Equal(PieceConnectionEnd.None, _connection.Ended);
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(PieceConnectionEnd.Stalled, _connection.Ended);
    }

    [Fact]
    public void A_connection_that_rests_is_not_ended_by_its_clock()
    {
        _connection.Moved(Limit);
        _connection.Rest();
        _clock.Advance(Limit * 10);
        Assert.Equal(PieceConnectionEnd.None, _connection.Ended);
    }

    [Fact]
    public void A_clock_that_is_looking_while_the_connection_comes_to_rest_does_not_end_it()
    {
        _whileLooking = _connection.Rest;
        _connection.Moved(Limit);
        _clock.Advance(Limit);
        Assert.Equal(PieceConnectionEnd.None, _connection.Ended);

        // Its next user has a clock that works.
        _whileLooking = null;
        _connection.Moved(Limit);
        _clock.Advance(Limit);
        Assert.Equal(PieceConnectionEnd.Stalled, _connection.Ended);
    }
}
