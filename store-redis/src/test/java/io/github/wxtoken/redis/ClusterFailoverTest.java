package io.github.wxtoken.redis;

import io.github.wxtoken.faults.FailoverContract;
import io.github.wxtoken.faults.FreePorts;
import java.util.List;
import java.util.stream.Collectors;

/** A Redis Cluster of three masters with a replica each, which takes two seconds to notice. */
class ClusterFailoverTest extends FailoverContract {
  private static final int NODES = 6;

  @Override
  protected ReplicatedServers start() {
    List<Integer> ports = FreePorts.several(NODES);
    String nodes = ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(" "));
    String script =
        ports.stream()
            .map(
                port ->
                    RedisProcesses.server(
                        port,
                        "--cluster-enabled yes --cluster-node-timeout 2000"
                            + " --cluster-announce-ip 127.0.0.1 --cluster-config-file nodes"
                            + port
                            + ".conf"))
            .collect(Collectors.joining());
    return RedisProcesses.start(
        script,
        ports,
        "redis-cluster://" + nodes.replace(' ', ','),
        ports.get(0),
        ports.get(NODES - 1),
        processes -> {
          processes.run(
              "redis-cli --cluster create " + nodes + " --cluster-replicas 1 --cluster-yes");
          ports.forEach(
              port ->
                  processes.await(
                      port, "cluster info", "cluster_state:ok", "cluster_known_nodes:" + NODES));
          // A replica that has not loaded its master's data yet cannot take its place.
          ports
              .subList(NODES / 2, NODES)
              .forEach(port -> processes.await(port, "info replication", "master_link_status:up"));
        });
  }

  /** Redis acknowledges a write before the replica has it. */
  @Override
  protected boolean mayLoseWrites() {
    return true;
  }
}
