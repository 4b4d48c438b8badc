// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Text;
using Dragonfly.Protocol.Common.V2;
using Dragonfly.Protocol.Scheduler.V2;
using Google.Protobuf;

namespace Dragonfly.Swarm.Schedule;

/// <summary>
/// The messages of one peer's session, encoded once; ids have fixed lengths and are written over placeholders, so that the generator spends next to
/// nothing on a session and the two cores are the scheduler's.
/// </summary>
internal sealed class SessionTemplate
{
    private const string HostMark = "HHHHHHHHHHHHHH";
    private const string TaskMark = "TTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTT";
    private const string PeerMark = "PPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPP";

    private readonly byte[] _bytes;
    private readonly int[] _hosts;
    private readonly int[] _tasks;
    private readonly int[] _peers;

    /// <summary>Encodes messages, each with its gRPC head and its HTTP/2 DATA head.</summary>
    public SessionTemplate(params Action<AnnouncePeerRequest>[] messages)
    {
        var bytes = new List<byte>();
        foreach (var fill in messages)
        {
            var message = new AnnouncePeerRequest { HostId = HostMark, TaskId = TaskMark, PeerId = PeerMark };
            fill(message);
            var payload = message.ToByteArray();
            var head = new byte[14];
            head[1] = (byte)((payload.Length + 5) >> 8);
            head[2] = (byte)(payload.Length + 5);
            BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(10), payload.Length);
            StreamIds.Add(bytes.Count + 5);
            bytes.AddRange(head);
            bytes.AddRange(payload);
        }

        _bytes = [.. bytes];
        _hosts = Find(HostMark);
        _tasks = Find(TaskMark);
        _peers = Find(PeerMark);
    }

    /// <summary>Bytes of all messages.</summary>
    public int Length => _bytes.Length;

    private List<int> StreamIds { get; } = [];

    /// <summary>The original's Download as recorded: 30 filtered parameters and all.</summary>
    public static Download Download(int task, bool metadataOnly) => new()
    {
        Url = $"http://127.0.0.1:8000/file-{task:d4}.bin",
        Tag = "",
        Application = "",
        Priority = Priority.Level6,
        FilteredQueryParams =
        {
            "X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders", "X-Amz-Signature", "X-Amz-Security-Token",
            "X-Amz-User-Agent", "X-Goog-Algorithm", "X-Goog-Credential", "X-Goog-Date", "X-Goog-Expires", "X-Goog-SignedHeaders", "X-Goog-Signature",
            "OSSAccessKeyId", "Expires", "Signature", "SecurityToken", "AccessKeyId", "X-Obs-Date", "X-Obs-Security-Token", "q-sign-algorithm", "q-ak",
            "q-sign-time", "q-key-time", "q-header-list", "q-url-param-list", "q-signature", "x-cos-security-token", "ns",
        },
        OutputPath = "/srv/run/out/p1.a",
        RemoteIp = "192.0.2.2",
        ConcurrentPieceCount = 8,
        ActualPieceLength = 4 << 20,
        ActualContentLength = 20 << 20,
        ActualPieceCount = 5,
        MetadataOnly = metadataOnly,
    };

    /// <summary>The id of a host; always the length of the placeholder.</summary>
    public static string HostId(int host) => $"127.0.0.1-{host:d4}";

    /// <summary>The id of a task.</summary>
    public static string TaskId(int task) => $"{task:d64}";

    /// <summary>Writes the messages for one session.</summary>
    public void Write(Span<byte> target, int stream, int host, int task, long peer)
    {
        _bytes.CopyTo(target);
        foreach (var at in StreamIds)
        {
            BinaryPrimitives.WriteInt32BigEndian(target[at..], stream);
        }

        Patch(target, _hosts, HostId(host));
        Patch(target, _tasks, TaskId(task));
        Patch(target, _peers, $"127.0.0.1-{host:d4}-{peer:d33}");
    }

    private static void Patch(Span<byte> target, int[] places, string text)
    {
        foreach (var at in places)
        {
            Encoding.ASCII.GetBytes(text, target[at..]);
        }
    }

    private int[] Find(string mark)
    {
        var places = new List<int>();
        var pattern = Encoding.ASCII.GetBytes(mark);
        for (var at = 0; at <= _bytes.Length - pattern.Length; at++)
        {
            if (_bytes.AsSpan(at, pattern.Length).SequenceEqual(pattern))
            {
                places.Add(at);
                at += pattern.Length - 1;
            }
        }

        return [.. places];
    }
}
