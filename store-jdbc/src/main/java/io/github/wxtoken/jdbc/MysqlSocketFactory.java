package io.github.wxtoken.jdbc;

import com.mysql.cj.conf.PropertySet;
import com.mysql.cj.protocol.StandardSocketFactory;
import java.net.Socket;

/**
 * Connector/J's own socket factory, with sockets that wait for the greeting of a slow server, and
 * that closing the store closes. Connector/J creates it by name.
 */
public final class MysqlSocketFactory extends StandardSocketFactory {

  /** For Connector/J. */
  public MysqlSocketFactory() {}

  @Override
  protected Socket createSocket(PropertySet properties) {
    return Attempt.newSocket();
  }
}
