/** Runs the tests of the Python client, which are written in Python: they belong to the build. */
package org.planisphere.python;
