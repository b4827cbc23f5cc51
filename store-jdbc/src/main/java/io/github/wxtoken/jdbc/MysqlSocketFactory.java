package io.github.wxtoken.jdbc;

import com.mysql.cj.conf.PropertySet;
import com.mysql.cj.protocol.StandardSocketFactory;
import java.net.Socket;

/**
 * Creates Connector/J's standard sockets, but these wait for the greeting of a slow server, and
 * closing the store closes them. Connector/J creates this factory by name.
 */
public final class MysqlSocketFactory extends StandardSocketFactory {

  /** For Connector/J. */
  public MysqlSocketFactory() {}

  @Override
  protected Socket createSocket(PropertySet properties) {
    return Attempt.newSocket();
  }
}
