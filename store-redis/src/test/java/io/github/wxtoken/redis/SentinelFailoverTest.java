package io.github.wxtoken.redis;

import io.github.wxtoken.faults.FailoverContract;
import io.github.wxtoken.faults.FreePorts;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;

/** A master with a replica, watched by three Sentinels, which take two seconds to notice. */
@Tag("long") // In each build, the suite runs on a Redis Cluster.
class SentinelFailoverTest extends FailoverContract {
  private static final int SENTINELS = 3;

  @Override
  protected ReplicatedServers start() {
    List<Integer> ports = FreePorts.several(2 + SENTINELS);
    int master = ports.get(0);
    List<Integer> sentinels = ports.subList(2, ports.size());
    String script =
        RedisProcesses.server(master, "")
            + RedisProcesses.server(ports.get(1), "--replicaof 127.0.0.1 " + master)
            + sentinels.stream()
                .map(port -> RedisProcesses.sentinel(port, master))
                .collect(Collectors.joining());
    String url =
        "redis-sentinel://"
            + sentinels.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","))
            + "?sentinelMasterId=wx";
    return RedisProcesses.start(
        script,
        ports,
        url,
        master,
        ports.get(1),
        processes ->
            sentinels.forEach(
                port ->
                    processes.await(
                        port, "sentinel master wx", "num-slaves\n1", "num-other-sentinels\n2")));
  }

  /** Redis acknowledges a write before the replica has it. */
  @Override
  protected boolean mayLoseWrites() {
    return true;
  }
}
