package io.github.wxtoken.boot;

import java.util.List;

/**
 * A kind of store whose module is on the class path. It finds the beans that it could use without
 * creating them.
 */
interface StoreBackend {
  List<StoreCandidate> candidates();
}
